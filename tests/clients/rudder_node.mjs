// @rudderstack/rudder-sdk-node as an app uses it: data plane and write key are ours, nothing else.
import RudderAnalytics from '@rudderstack/rudder-sdk-node'

const { TIDINGS_URL: dataPlaneUrl, TIDINGS_WRITE_KEY: writeKey, SCENE: scene, USER_ID: userId } = process.env
const errors = []
const note = (error) => error && errors.push(String(error.message ?? error))
const Library = RudderAnalytics.default ?? RudderAnalytics
const client = new Library(writeKey, { dataPlaneUrl, flushInterval: 200, logLevel: 'error' })

if (scene === 'all') {
  client.identify({ userId, traits: { email: 'ann@example.com', plan: { name: 'pro' } } }, note)
  client.track({ userId, event: 'Order Completed', properties: { total: 27.5, tags: ['a', 'b'] } }, note)
  client.page({ userId, name: 'Home', properties: { url: 'https://example.com' } }, note)
  client.screen({ userId, name: 'Main' }, note)
  client.group({ userId, groupId: 'acme', traits: { 'total billed': 830 } }, note)
  client.alias({ userId, previousId: `anon of ${userId}` }, note)
} else {
  client.track({ userId, event: 'After The Storm' }, note)
}
await new Promise((resolve) => client.flush((error) => { note(error); resolve() }))
console.log(JSON.stringify({ errors }))
