// @jitsu/js on a server: host and write key are ours, nothing else. Its keys have a second half, which it insists on.
import * as jitsu from '@jitsu/js'

const { TIDINGS_URL: host, TIDINGS_WRITE_KEY: writeKey, USER_ID: userId } = process.env
const { jitsuAnalytics, emptyRuntime } = jitsu.default?.jitsuAnalytics ? jitsu.default : jitsu
const errors = []
const client = jitsuAnalytics({
  host,
  writeKey: `${writeKey}:secret`,
  runtime: emptyRuntime({}),
  fetch: async (...asked) => {
    const answer = await fetch(...asked)
    if (!answer.ok) errors.push(`${asked[0]} ${answer.status} ${await answer.clone().text()}`)
    return answer
  },
})
await client.identify(userId, { email: 'ann@example.com', plan: { name: 'pro' } })
await client.track('Order Completed', { total: 27.5, tags: ['a', 'b'] })
await client.page('Home', { url: 'https://example.com' })
await client.group('acme', { 'total billed': 830 })
console.log(JSON.stringify({ errors }))
