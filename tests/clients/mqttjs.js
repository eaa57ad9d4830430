// Checks with MQTT.js (npm: mqtt, see install.sh). Started by run.sh: TRANSPORT HOST PORT, with mqtt, ws or wss. For
// wss the certificate's authority is in the file that NODE_EXTRA_CA_CERTS names.
// `--victim TRANSPORT HOST PORT VERSION TOPIC` is the client with a will that the will check kills.
'use strict'
const { spawn } = require('node:child_process')
const { createHash } = require('node:crypto')
const mqtt = require('mqtt')

const WAIT_MILLISECONDS = 10000   // longest wait for one thing; a healthy broker answers within milliseconds
const MIB = 1024 * 1024
const MESSAGES = 100
const VERSIONS = {
  '3.1': { protocolVersion: 3, protocolId: 'MQIsdp' },
  '3.1.1': { protocolVersion: 4, protocolId: 'MQTT' },
  '5.0': { protocolVersion: 5, protocolId: 'MQTT' }
}

const isVictim = process.argv[2] === '--victim'
const [transport, host, port, ...rest] = process.argv.slice(isVictim ? 3 : 2)
const cleanups = []
let failures = 0
let serial = 0

const unique = prefix => `${prefix}${process.pid.toString(16)}-${++serial}`
const digest = bytes => createHash('sha256').update(bytes).digest('hex')

function expect (actual, wanted, what) {
  const [a, w] = [JSON.stringify(actual), JSON.stringify(wanted)]
  if (a !== w) throw new Error(`${what}: got ${a.slice(0, 300)}, wanted ${w.slice(0, 300)}`)
}

function within (promise, what) {
  let timer
  const late = new Promise((resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no ${what} in time`)), WAIT_MILLISECONDS)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

// Connected when it resolves. Messages are kept in order; take(n) waits for n of them.
async function connect (version, { identifier, clean = true, will } = {}) {
  const options = { ...VERSIONS[version], host, port: Number(port), clientId: identifier ?? unique('js'), clean,
    reconnectPeriod: 0, resubscribe: false, protocol: transport }
  if (will) options.will = { topic: will, payload: Buffer.from('gone'), qos: 1, retain: false }
  if (version === '5.0') options.properties = { sessionExpiryInterval: clean ? 0 : 60 }
  const client = mqtt.connect(options)
  cleanups.push(() => client.end(true))
  const inbox = []
  let arrived = () => {}
  client.on('message', (topic, payload, packet) => {
    inbox.push({ topic, qos: packet.qos, retain: packet.retain, payload, properties: packet.properties })
    arrived()
  })
  const connack = await within(new Promise((resolve, reject) => {
    client.once('connect', resolve)
    client.once('error', reject)
    client.once('close', () => reject(new Error('connection closed before CONNACK')))
  }), 'CONNACK')
  client.on('error', () => {})
  return {
    inbox,
    sessionPresent: connack.sessionPresent,
    subscribe: async (topic, qos) => {
      const granted = await within(client.subscribeAsync(topic, { qos }), 'SUBACK')
      expect(granted.map(g => g.qos), [qos], 'SUBACK')
    },
    publish: async (topic, payloads, options) => {
      await within(Promise.all(payloads.map(p => client.publishAsync(topic, p, options))), 'acknowledgement')
    },
    take: async count => {
      const full = new Promise(resolve => { arrived = () => { if (inbox.length >= count) resolve() } })
      arrived()
      await within(full, `${count} messages (${inbox.length} came)`)
      return inbox.splice(0, count)
    },
    close: () => within(client.endAsync(), 'end')
  }
}

const facts = messages => messages.map(m => [m.topic, m.qos, m.retain, m.payload.toString()])

async function publishSubscribe (version, qos) {
  const topic = unique('t/é/')
  const [subscriber, publisher] = [await connect(version), await connect(version)]
  await subscriber.subscribe(topic, qos)
  const payloads = Array.from({ length: MESSAGES }, (_, i) => `message ${i}`)
  await publisher.publish(topic, payloads, { qos })
  expect(facts(await subscriber.take(MESSAGES)), payloads.map(p => [topic, qos, false, p]), 'messages')
  await publisher.close()
  await subscriber.close()
}

async function retained (version) {
  const topic = unique('r/')
  const publisher = await connect(version)
  await publisher.publish(topic, ['old'], { qos: 1, retain: true })
  await publisher.publish(topic, ['kept'], { qos: 1, retain: true })
  const later = await connect(version)
  await later.subscribe(topic, 1)
  expect(facts(await later.take(1)), [[topic, 1, true, 'kept']], 'later subscriber')
  await publisher.publish(topic, [''], { qos: 1, retain: true })
  const after = await connect(version)
  await after.subscribe(topic, 1)
  await publisher.publish(topic, ['live'], { qos: 1 })
  expect(facts(await after.take(1)), [[topic, 1, false, 'live']], 'after the clear')
}

async function will (version) {
  const topic = unique('will/')
  const watcher = await connect(version)
  await watcher.subscribe(topic, 1)
  const victim = spawn(process.execPath, [__filename, '--victim', transport, host, port, version, topic])
  cleanups.push(() => victim.kill('SIGKILL'))
  await within(new Promise((resolve, reject) => {
    victim.stdout.once('data', resolve)
    victim.once('exit', code => reject(new Error(`the victim ended with ${code}`)))
  }), 'connected victim')
  victim.kill('SIGKILL')
  expect(facts(await watcher.take(1)), [[topic, 1, false, 'gone']], 'will')
}

async function session (version, qos) {
  const [topic, identifier] = [unique('s/'), unique('id')]
  const publisher = await connect(version)
  const first = await connect(version, { identifier, clean: false })
  await first.subscribe(topic, qos)
  await first.close()
  const payloads = Array.from({ length: 10 }, (_, i) => `queued ${i}`)
  await publisher.publish(topic, payloads, { qos })
  const second = await connect(version, { identifier, clean: false })
  if (version !== '3.1') expect(second.sessionPresent, true, 'session present')
  expect(facts(await second.take(10)), payloads.map(p => [topic, qos, false, p]), 'queued messages')
  await second.close()
  const third = await connect(version, { identifier })
  expect(third.sessionPresent, false, 'session present after a clean start')
}

async function shared (version) {
  const topic = unique('sh/')
  const publisher = await connect(version)
  const members = [await connect(version), await connect(version)]
  for (const member of members) await member.subscribe(`$share/group/${topic}`, 1)
  await publisher.publish(topic, Array.from({ length: MESSAGES }, (_, i) => `${i}`), { qos: 1 })
  const end = Date.now() + WAIT_MILLISECONDS
  const count = () => members[0].inbox.length + members[1].inbox.length
  while (count() < MESSAGES && Date.now() < end) await new Promise(resolve => setImmediate(resolve))
  const got = members.map(m => m.inbox.map(x => Number(x.payload)))
  const sorted = got.flat().sort((a, b) => a - b)
  expect(sorted, Array.from({ length: MESSAGES }, (_, i) => i), 'messages of both members')
  expect(got.map(x => x.length > 0), [true, true], 'members that got any')
}

async function large (version) {
  const topic = unique('big/')
  const payload = Buffer.alloc(MIB)
  for (let i = 0; i < MIB; i += 4) payload.writeUInt32BE(Math.imul(i, 2654435761) >>> 0, i)
  const client = await connect(version)
  await client.subscribe(topic, 2)
  await client.publish(topic, [payload], { qos: 2 })
  const [got] = await client.take(1)
  expect([got.payload.length, digest(got.payload)], [MIB, digest(payload)], 'payload')
}

async function properties () {
  const topic = unique('p/')
  const client = await connect('5.0')
  await client.subscribe(topic, 1)
  const userProperties = { b: ['1', '3'], a: '2' }
  const sent = { userProperties, responseTopic: 'answer/here', correlationData: Buffer.from([0, 255, 42]),
    contentType: 'text/plain', payloadFormatIndicator: true }
  await client.publish(topic, ['text'], { qos: 1, properties: sent })
  const got = (await client.take(1))[0].properties
  for (const name of Object.keys(sent)) expect(got[name], sent[name], name)
}

async function requestResponse () {
  const [requests, answers] = [unique('rr/'), unique('answer/')]
  const [responder, requester] = [await connect('5.0'), await connect('5.0')]
  await responder.subscribe(requests, 1)
  await requester.subscribe(answers, 1)
  const correlationData = Buffer.from('c7')
  await requester.publish(requests, ['ping'], { qos: 1, properties: { responseTopic: answers, correlationData } })
  const [request] = await responder.take(1)
  await responder.publish(request.properties.responseTopic, ['pong'],
    { qos: 1, properties: { correlationData: request.properties.correlationData } })
  const [answer] = await requester.take(1)
  expect([answer.payload.toString(), answer.properties.correlationData.toString()], ['pong', 'c7'], 'response')
}

async function check (name, action) {
  try {
    await action()
    console.log(`ok ${name}`)
  } catch (error) {
    failures++
    console.log(`FAIL ${name}: ${String(error.message).replaceAll('\n', ' | ')}`)
  }
  while (cleanups.length > 0) cleanups.pop()()
}

async function main () {
  const client = transport === 'mqtt' ? 'mqtt.js' : `mqtt.js ${transport}`
  for (const version of Object.keys(VERSIONS)) {
    const name = `${client} ${version} `
    for (const qos of [0, 1, 2]) {
      await check(`${name}publish and subscribe at QoS ${qos}`, () => publishSubscribe(version, qos))
    }
    await check(`${name}retained message: set, replaced, received later, cleared`, () => retained(version))
    await check(`${name}will after kill -9`, () => will(version))
    for (const qos of [1, 2]) {
      await check(`${name}session resumed with queued messages at QoS ${qos}`, () => session(version, qos))
    }
    if (version !== '3.1') await check(`${name}shared subscription, two members`, () => shared(version))
    await check(`${name}payload of 1 MiB`, () => large(version))
  }
  await check(`${client} 5.0 user properties, response topic, correlation data, content type`, properties)
  await check(`${client} 5.0 request and response`, requestResponse)
  process.exit(failures > 0 ? 1 : 0)
}

process.on('exit', () => { while (cleanups.length > 0) cleanups.pop()() })
process.on('SIGTERM', () => process.exit(143))
if (isVictim) {
  connect(rest[0], { will: rest[1] }).then(() => console.log('connected'))
} else {
  main()
}
