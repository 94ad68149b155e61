import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

/** So many actions are remembered; the menu is asked for again with each step of the cursor, and mostly for the same. */
const most = 64;

/**
 * Gives the command of a code action a name of its own, under which its arguments are kept here. VS Code keeps them only
 * as long as the list that the action was in, and that is gone when an edit before the command takes its time: "Actual
 * command not found" (microsoft/vscode#331834).
 */
export class ActionCommands implements vscode.Disposable {
  private readonly registrations: vscode.Disposable[] = [];
  private readonly commands: vscode.Command[] = [];
  private next = 0;

  readonly middleware: Middleware = {
    provideCodeActions: async (document, range, context, token, next) => {
      const actions = await next(document, range, context, token);
      for (const action of actions ?? []) {
        if (action instanceof vscode.CodeAction && action.command?.arguments !== undefined) {
          action.command = this.named(action.command);
        }
      }
      return actions;
    },
  };

  dispose(): void {
    vscode.Disposable.from(...this.registrations).dispose();
  }

  private named(command: vscode.Command): vscode.Command {
    const words = JSON.stringify(command);
    const known = this.commands.findIndex((other) => JSON.stringify(other) === words);
    const slot = known < 0 ? this.next++ % most : known;
    this.commands[slot] = command;
    const id = `lockstep.action.${slot}`;
    this.registrations[slot] ??= vscode.commands.registerCommand(id, async () => {
      const current = this.commands[slot];
      if (current !== undefined) {
        await vscode.commands.executeCommand(current.command, ...((current.arguments ?? []) as unknown[]));
      }
    });
    return { title: command.title, command: id };
  }
}
