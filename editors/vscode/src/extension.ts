// Starts `rsx lsp`, and starts it anew when somebody asks or the settings name another one.

import * as vscode from 'vscode';
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from 'vscode-languageclient/node';

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel('rsx', { log: true });
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand('rsx.restart', () => restart(log)),
    vscode.commands.registerCommand('rsx.showLog', () => log.show()),
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
  const command = vscode.workspace.getConfiguration('rsx').get<string>('server.path', 'rsx');
  const server: ServerOptions = { command, args: ['lsp'] };
  const options: LanguageClientOptions = {
    documentSelector: [
      { language: 'rsx', scheme: 'file' },
      { language: 'rsx', scheme: 'untitled' },
    ],
    outputChannel: log,
    diagnosticCollectionName: 'rsx',
  };
  client = new LanguageClient('rsx', 'rsx', server, options);
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    await explain(command, error);
  }
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
