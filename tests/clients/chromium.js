// MQTT.js in a headless Chromium: serves a page with the library on loopback, lets the browser connect from it to the
// broker's WebSocket listener at URL, and prints what the page found. `--find` only says where the browser is; exit
// code 2 when it is missing. Started by run.sh; ends with the line format of the other drivers.
'use strict'
const { spawn, spawnSync } = require('node:child_process')
const { createServer } = require('node:http')
const { mkdtempSync, readFileSync, rmSync } = require('node:fs')
const { tmpdir } = require('node:os')
const { join } = require('node:path')

const LIMIT_MILLISECONDS = 90000   // a cold browser on a busy machine takes half a minute
const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const LIBRARY = join(__dirname, 'node_modules', 'mqtt', 'dist', 'mqtt.min.js')

const browser = NAMES.find(name => spawnSync(name, ['--version']).status === 0)
if (browser === undefined) {
  console.error('chromium.js: no Chromium is installed (Debian package chromium)')
  process.exit(2)
}
if (process.argv[2] === '--find') {
  console.log(browser)
  process.exit(0)
}

// Runs in the page: everything it uses is in there. The last thing it does is to fetch /done with its lines.
async function checkInPage (url) {
  const lines = []
  const bytes = new Uint8Array(1048576).map((_, i) => (i * 31) >> 3)
  for (const version of [4, 5]) {
    const name = `chromium ${version === 4 ? '3.1.1' : '5.0'}`
    try {
      const client = await window.mqtt.connectAsync(url, { protocolVersion: version, reconnectPeriod: 0 })
      const topic = `browser/${version}/${Math.random()}`
      const got = []
      let arrived = () => {}
      const all = new Promise(resolve => { arrived = resolve })
      client.on('message', (_, payload) => { if (got.push(payload) === 4) arrived() })
      await client.subscribeAsync(topic, { qos: 2 })
      for (const qos of [0, 1, 2]) await client.publishAsync(topic, `at ${qos}`, { qos })
      await client.publishAsync(topic, bytes, { qos: 1 })
      await all
      const texts = got.slice(0, 3).map(payload => payload.toString()).join()
      if (texts !== 'at 0,at 1,at 2') throw new Error(`messages: ${texts}`)
      if (got[3].length !== bytes.length || !got[3].every((byte, i) => byte === bytes[i])) throw new Error('payload')
      await client.endAsync()
      lines.push(`ok ${name} publish and subscribe at every QoS, payload of 1 MiB`)
    } catch (error) {
      lines.push(`FAIL ${name}: ${error.message}`)
    }
  }
  await fetch('/done', { method: 'POST', body: lines.join('\n') })
}

const url = process.argv[2]
const page = `<!DOCTYPE html><title>MQTT.js</title><script src="/mqtt.js"></script>
<script>(${checkInPage})(${JSON.stringify(url)})</script>`
const profile = mkdtempSync(join(tmpdir(), 'fastmqtt-chromium-'))
let child

// Its helpers too: they are in its process group, and would go on writing into the profile.
function kill () {
  try {
    if (child !== undefined) process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    if (error.code !== 'ESRCH') throw error // it has ended by itself
  }
}

function finish (text) {
  console.log(text)
  child.once('exit', () => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
    process.exit(/^FAIL/m.test(text) ? 1 : 0)
  })
  kill()
}

const server = createServer((request, response) => {
  if (request.url === '/mqtt.js') {
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(LIBRARY))
  } else if (request.url === '/done') {
    let text = ''
    request.on('data', data => { text += data })
    request.on('end', () => { response.end(); finish(text) })
  } else {
    response.writeHead(200, { 'content-type': 'text/html' }).end(page)
  }
})
server.listen(0, '127.0.0.1', () => {
  child = spawn(browser, ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
    `--user-data-dir=${profile}`, `http://127.0.0.1:${server.address().port}/`], { stdio: 'ignore', detached: true })
  setTimeout(() => finish('FAIL chromium: the page did not answer in time'), LIMIT_MILLISECONDS)
})
process.on('SIGTERM', () => {
  kill()
  rmSync(profile, { recursive: true, force: true })
  process.exit(143)
})
