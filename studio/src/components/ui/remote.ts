import { useLocalStorage } from "@mantine/hooks";

const KEPT = "tidings.remote-pictures";
const NAMED = /\b(?:src|srcset|background|poster)\s*=\s*["']?\s*(?:https?:)?\/\//i;
const STYLED = /url\(\s*(?:&quot;|&#39;|["'])?\s*(?:https?:)?\/\/[^)]*\)/gi;

/**
 * Whether pictures of other servers are loaded, and how to change it: those who run them learn who looks, and when. It is
 * remembered in this browser, and the policy of the frames (`/studio/frame`) holds to it whatever stands in them.
 */
export function useRemotePictures() {
  const [shown, show] = useLocalStorage({ key: KEPT, defaultValue: false, getInitialValueInEffect: false });
  return { shown, show };
}

/** Whether an address leads to another server than this one. */
export function isRemote(address: string): boolean {
  const url = URL.parse(address, location.href);
  return url !== null && url.protocol.startsWith("http") && url.origin !== location.origin;
}

/** Whether HTML has pictures, or fonts, of other servers. */
export function hasRemote(html: string): boolean {
  const others = html.replaceAll(`${location.origin}/`, "/");
  return NAMED.test(others) || others.search(STYLED) >= 0;
}

/** Styles without what they load of other servers. */
export const unstyled = (html: string) => html.replace(STYLED, "none");

/** Takes out the picture by which an opened email is counted, since looking at it here is not opening it; and styles to fetch. */
export const uncounted = (html: string) => html.replace(/<img\b[^>]*\/t\/o\/[^>]*>/gi, "").replace(/@import\b[^;<]*;?/gi, "");
