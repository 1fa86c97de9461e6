// @segment/analytics-node as an app uses it: host and write key are ours, nothing else.
import { Analytics } from '@segment/analytics-node'

const { TIDINGS_URL: host, TIDINGS_WRITE_KEY: writeKey, SCENE: scene, USER_ID: userId } = process.env
const oauthSettings = process.env.OAUTH && JSON.parse(process.env.OAUTH)
const analytics = new Analytics({ host, writeKey, oauthSettings, flushAt: 4, flushInterval: 200 })
const errors = []
analytics.on('error', (error) => errors.push(String(error.reason ?? error.message ?? error.code)))

if (scene === 'all') {
  analytics.identify({ userId, traits: { email: 'ann@example.com', plan: { name: 'pro' } } })
  analytics.track({
    userId,
    event: 'Order Completed',
    properties: { total: 27.5, nothing: NaN, when: new Date(0), tags: ['a', 'b'] },
    integrations: { All: true, Courier: true },
    timestamp: '2026-11-24T10:00:00.000Z',
  })
  analytics.page({ userId, name: 'Home', category: 'Docs', properties: { url: 'https://example.com' } })
  analytics.screen({ userId, name: 'Main' })
  analytics.group({ userId, groupId: 'acme', traits: { 'total billed': 830 } })
  analytics.alias({ userId, previousId: `anon of ${userId}` })
  analytics.track({ userId, event: 'Same Twice', messageId: 'node-same' })
  analytics.track({ userId, event: 'Same Twice', messageId: 'node-same' })
} else {
  analytics.track({ userId, event: 'After The Storm' })
}
await analytics.closeAndFlush({ timeout: 60_000 })
console.log(JSON.stringify({ errors }))
