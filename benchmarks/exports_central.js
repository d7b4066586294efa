// Write submissions as ODK Central does, with its own exporter; `exports.py` runs it.
//
//     node exports_central.js CENTRAL-BACKEND FORM.xml FOLDER yes|no > export.zip
//
// FOLDER holds the submissions as XML; the last says whether the headings have their groups.
const fs = require('node:fs');
const path = require('node:path');
const { Readable } = require('node:stream');

const [backend, form, folder, groups] = process.argv.slice(2);
const lib = (name) => require(path.join(path.resolve(backend), 'lib', name));
const { getFormFields } = lib('data/schema');
const { streamBriefcaseCsvs } = lib('data/briefcase');
const { zipStreamFromParts } = lib('util/zip');

class Field {
  constructor(data) { Object.assign(this, data); }
  with(other) { return new Field({ ...this, ...other }); }
  isStructural() { return this.type === 'structure' || this.type === 'repeat'; }
}

const submission = (name) => ({
  instanceId: `uuid:${name}`,
  createdAt: new Date(0),
  def: {},
  xml: fs.readFileSync(path.join(folder, name), 'utf8'),
  aux: {
    submitter: { id: 1, displayName: 'field' },
    attachment: { present: 0, expected: 0 },
    encryption: {},
    edit: { count: 0 },
    exports: { formVersion: '1' },
  },
});

const main = async () => {
  const fields = (await getFormFields(fs.readFileSync(form, 'utf8'))).map((each) => new Field(each));
  const rows = Readable.from(fs.readdirSync(folder).sort().map(submission));
  const options = { groupPaths: groups === 'yes' };
  const parts = await streamBriefcaseCsvs(rows, fields, 'hinge', undefined, undefined, false, options);
  zipStreamFromParts(parts).pipe(process.stdout);
};

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
