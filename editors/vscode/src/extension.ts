// Starts `rsx lsp`, starts it anew when somebody asks or the settings name another one, and does what its lenses offer.

import * as vscode from 'vscode';
import {
  LanguageClient,
  type LanguageClientOptions,
  type Location,
  type Position,
  type ServerOptions,
} from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

/** What lenses offer to those who say that they have it, as the server names it. */
const lenses: Record<string, (...given: never[]) => Thenable<unknown>> = {
  'rsx.plan': (root: string) => tell('plan', root),
  'rsx.cost': (root: string) => tell('cost', root),
  'rsx.showReferences': showReferences,
};

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('rsx', { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('rsx.restart', () => restart(log)),
    vscode.commands.registerCommand('rsx.showLog', () => log.show()),
    ...Object.entries(lenses).map(([name, lens]) => vscode.commands.registerCommand(name, lens)),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('rsx.server')) {
        void restart(log);
      }
    }),
  );
  await start(log);
}

export async function deactivate(): Promise<void> {
  await stop();
}

async function restart(log: vscode.LogOutputChannel): Promise<void> {
  await stop();
  await start(log);
}

async function stop(): Promise<void> {
  const running = client;
  client = undefined;
  await running?.dispose();
}

async function start(log: vscode.LogOutputChannel): Promise<void> {
  const command = program();
  const server: ServerOptions = { command, args: ['lsp'] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: 'rsx', scheme: 'file' },
      { language: 'rsx', scheme: 'untitled' },
    ],
    outputChannel: log,
    initializationOptions: { commands: Object.keys(lenses) },
    diagnosticCollectionName: 'rsx',
    synchronize: { configurationSection: 'rsx' },
  };
  client = new LanguageClient('rsx', 'rsx', server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    await explain(command, error);
  }
}

function program(): string {
  return vscode.workspace.getConfiguration('rsx').get<string>('server.path', 'rsx');
}

/** Has rsx tell something of the spec that a program begins at, in a terminal. */
function tell(what: 'plan' | 'cost', root: string): Thenable<unknown> {
  const spec = vscode.Uri.parse(root);
  const scope = vscode.workspace.getWorkspaceFolder(spec) ?? vscode.TaskScope.Workspace;
  // A process, not a shell: whatever the path is made of, it stays one argument.
  const process = new vscode.ProcessExecution(program(), [what, spec.fsPath]);
  return vscode.tasks.executeTask(new vscode.Task({ type: 'process' }, scope, `rsx ${what}`, 'rsx', process));
}

/** Shows references in the editor's own way, which takes its own types. */
function showReferences(document: string, at: Position, found: Location[]): Thenable<unknown> {
  const position = (one: Position) => new vscode.Position(one.line, one.character);
  const locations = found.map(
    ({ uri, range }) =>
      new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(position(range.start), position(range.end))),
  );
  const shown = 'editor.action.showReferences';
  return vscode.commands.executeCommand(shown, vscode.Uri.parse(document), position(at), locations);
}

/** Says what to do when there is no server: colours and snippets go on without it. */
async function explain(command: string, error: unknown): Promise<void> {
  const reason = error instanceof Error ? error.message : String(error);
  const settings = 'Open Settings';
  const answer = await vscode.window.showErrorMessage(
    `\`${command} lsp\` did not start: ${reason}. Install rsx, or name its place in the setting rsx.server.path.`,
    settings,
  );
  if (answer === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'rsx.server.path');
  }
}
