// Runs script.json with Stripe's SDK for Node and prints what each step gave, one JSON value for all.
// node run.cjs BASE KEY SECRET
'use strict';
const fs = require('fs');
const path = require('path');
const Stripe = require('stripe');

const [base, key, secret] = process.argv.slice(2);
const address = new URL(base);
// Where the SDK's own names are not those of the API's paths.
const NAMES = {'transfers.reversals.create': 'transfers.createReversal'};
const known = {};

const client = (secretKey) => new Stripe(secretKey, {
  host: address.hostname, port: address.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false,
});
const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());
const at = (value, steps) => steps.reduce((found, step) => (found === null || found === undefined ? null : found[step]), value);
const look = (value, where) => { const found = at(value, where.split('.')); return found === undefined ? null : found; };

function filled(value) {
  if (typeof value === 'string' && value.startsWith('$')) return look(known, value.slice(1));
  if (Array.isArray(value)) return value.map(filled);
  if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, filled(one)]));
  return value;
}

function call(step, name) {
  const steps = (NAMES[name] || name).split('.').map(camel);
  const method = steps.pop();
  const owner = at(client(step.key || key), steps);
  const options = Object.fromEntries(Object.entries(filled(step.options || {})).map(([one, value]) => [camel(one), value]));
  return owner[method](...filled(step.with), ...(step.options ? [options] : []));
}

const shown = (value, names) => Object.fromEntries((names || []).map((name) => [name, look(value, name)]));

async function hooks(step) {
  const posted = (await (await fetch(base + '/posted')).json()).filter((one) => one.body.includes(`"type": "${step.hooks}"`));
  const events = posted.map((one) => client(key).webhooks.constructEvent(one.body, one.signature, secret, 0).type);
  let forged = null;
  try {
    client(key).webhooks.constructEvent(posted[0].body + ' ', posted[0].signature, secret, 0);
  } catch (error) {
    forged = error.type.replace(/^Stripe/, '');
  }
  return {events, forged};
}

async function run(step) {
  if (step.visit) {
    const form = step.form && new URLSearchParams(step.form);
    const answer = await fetch(filled(step.visit), {method: form ? 'POST' : 'GET', body: form, redirect: 'manual'});
    return {status: answer.status, location: answer.headers.get('location')};
  }
  if (step.same) return {same: new Set(filled(step.same)).size === 1};
  if (step.hooks) return hooks(step);
  if (step.every) {
    const found = [];
    for await (const one of call(step, step.every)) found.push(shown(one, step.show));
    return {every: found};
  }
  const answer = await call(step, step.do);
  if (step.as) known[step.as] = answer;
  return shown(answer, step.show);
}

async function main() {
  const results = [];
  for (const step of JSON.parse(fs.readFileSync(path.join(__dirname, 'script.json')))) {
    try {
      results.push(await run(step));
    } catch (error) {
      if (!error.type) throw error;
      results.push({error: error.type.replace(/^Stripe/, ''), status: error.statusCode, code: error.code || null,
        param: error.param || null, decline_code: error.decline_code || null});
    }
  }
  process.stdout.write(JSON.stringify(results));
}

main().catch((error) => { console.error(error); process.exit(1); });
