// Every word of every example and library file has a scope of its own, and none is called wrong.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const extension = dirname(dirname(fileURLToPath(import.meta.url)));
const root = join(extension, '../..');

/** Returns the parts of a snapshot that have no scope but the file's, and those that are called wrong. */
function bare(snapshot) {
  const found = [];
  let line = '';
  for (const row of snapshot.split('\n')) {
    if (row.startsWith('>')) {
      line = row.slice(1);
    }
    const [, before, marks, scopes] = /^#( *)(\^+) (.*)$/.exec(row) ?? [];
    const part = marks && line.slice(before.length, before.length + marks.length).trim();
    if (part && (scopes === 'source.rsx' || scopes.includes('invalid.'))) {
      found.push(`${part} (${scopes}) in: ${line.trim()}`);
    }
  }
  return found;
}

const paths = ['examples', 'stdlib'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true }).map((path) => join(folder, path))
    // A run leaves a folder `.rsx` beside what it ran.
    .filter((path) => path.endsWith('.rsx') && statSync(join(root, path)).isFile()));
if (paths.length < 20) {
  throw new Error(`only ${paths.length} files of rsx lie in ${root}`);
}
// The tool writes beside its files.
const folder = mkdtempSync(join(tmpdir(), 'rsx-scopes-'));
try {
  const copies = paths.map((path) => join(folder, path.replaceAll('/', '-')));
  paths.forEach((path, i) => copyFileSync(join(root, path), copies[i]));
  const tool = join(extension, 'node_modules/.bin/vscode-tmgrammar-snap');
  const options = ['--config', join(extension, 'package.json'), '--grammar', 'test/sql.tmLanguage.json'];
  const run = spawnSync(tool, [...options, '--updateSnapshot', ...copies], { cwd: extension, encoding: 'utf8' });
  if (run.status !== 0) {
    throw new Error(run.stdout + run.stderr);
  }
  const found = paths.flatMap((path, i) =>
    bare(readFileSync(`${copies[i]}.snap`, 'utf8')).map((part) => `${path}: ${part}`));
  for (const part of found) {
    console.error(part);
  }
  console.log(`${paths.length} files, ${found.length} parts without a scope`);
  process.exitCode = found.length > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}
