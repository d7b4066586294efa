// Make one script and one style sheet of Enketo, for `enketo.py`, which runs it:
//
//     node enketo.mjs FOLDER
//
// FOLDER holds the packages of npm; there `enketo.js` and `enketo.css` are written.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = path.resolve(process.argv[2]);
const installed = createRequire(path.join(folder, 'package.json'));
const esbuild = installed('esbuild');
const sass = installed('sass');

const core = path.join(folder, 'node_modules/enketo-core');
const parts = {
  config: 'config.js',
  widgets: 'src/js/widgets.js',
  translator: 'src/js/fake-translator.js',
  dialog: 'src/js/fake-dialog.js',
  'file-manager': 'src/js/file-manager.js',
  'xpath-evaluator-binding': 'src/js/xpath-evaluator-binding.js',
};
const alias = Object.entries(parts).map(([name, file]) => [`enketo/${name}`, path.join(core, file)]);

await esbuild.build({
  stdin: {
    contents: `import { transform } from 'enketo-transformer/web';
      import { Form } from 'enketo-core';
      window.enketo = { transform, Form };`,
    resolveDir: folder,
  },
  bundle: true,
  format: 'iife',
  alias: Object.fromEntries(alias),
  external: ['libxslt'], // the browser transforms
  outfile: path.join(folder, 'enketo.js'),
});

const BUILT_IN = '/packages/enketo-core/node_modules/'; // where its makers have the packages
const { css } = sass.compile(path.join(core, 'src/sass/formhub/formhub.scss'), {
  logger: sass.Logger.silent,
  importers: [{
    findFileUrl: (url) => (url.startsWith(BUILT_IN)
      ? pathToFileURL(path.join(folder, 'node_modules', url.slice(BUILT_IN.length)))
      : null),
  }],
});
writeFileSync(path.join(folder, 'enketo.css'), css);
