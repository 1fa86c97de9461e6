import page from "./snippet.html?raw";

export interface Snippet {
  key: string;
  title: string;
  /** Where it goes, in a sentence. */
  says: string;
  code: string;
}

/** What to paste so that calls come to this source: its write key and this installation's address are in it. */
export function snippetsFor(host: string, writeKey: string): readonly Snippet[] {
  const quoted = (word: string) => JSON.stringify(word);
  return [
    {
      key: "python",
      title: "Python",
      says: "Segment's own library; only the host differs.",
      code: `# pip install segment-analytics-python
import segment.analytics as analytics

analytics.write_key = ${quoted(writeKey)}
analytics.host = ${quoted(host)}

analytics.identify("user-123", {"email": "ann@example.com"})
analytics.track("user-123", "Order Completed", {"total": 27.5})
analytics.flush()`,
    },
    {
      key: "node",
      title: "Node",
      says: "Segment's own library; only the host differs.",
      code: `// npm install @segment/analytics-node
import { Analytics } from '@segment/analytics-node'

const analytics = new Analytics({
  writeKey: ${quoted(writeKey)},
  host: ${quoted(host)},
})

analytics.identify({ userId: 'user-123', traits: { email: 'ann@example.com' } })
analytics.track({ userId: 'user-123', event: 'Order Completed', properties: { total: 27.5 } })
await analytics.closeAndFlush()`,
    },
    {
      key: "browser",
      title: "Browser",
      says: "Into the <head> of every page. The script and its settings come from this installation.",
      code: page.replaceAll("YOUR_WRITE_KEY", writeKey).replaceAll("https://tidings.example.com", host).trim(),
    },
    {
      key: "npm",
      title: "Browser, npm",
      says: "Segment's own library in your bundle; cdnURL is all that changes.",
      code: `// npm install @segment/analytics-next
import { AnalyticsBrowser } from '@segment/analytics-next'

export const analytics = AnalyticsBrowser.load({
  writeKey: ${quoted(writeKey)},
  cdnURL: ${quoted(host)},
})

analytics.identify('user-123', { email: 'ann@example.com' })
analytics.track('Order Completed', { total: 27.5 })`,
    },
    {
      key: "curl",
      title: "curl",
      says: "One call from the command line, to see one arrive now.",
      code: `curl ${host}/v1/track -u ${writeKey}: -H 'Content-Type: application/json' \\
  -d '{"userId": "user-123", "event": "Order Completed", "properties": {"total": 27.5}}'`,
    },
    {
      key: "pixel",
      title: "Pixel",
      says: "For pages and mails without scripts: a picture's address is a call, too.",
      code: `<img alt="" width="1" height="1"
  src="${host}/v1/pixel/track?writeKey=${encodeURIComponent(writeKey)}&userId=user-123&event=Email%20Opened">`,
    },
  ];
}
