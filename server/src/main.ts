import { createConnection, ProposedFeatures } from 'vscode-languageserver/node';
import { watchClient } from './lsp/client-watch';
import { serve } from './lsp/server';

// `lockstep-language-server` without an option speaks over standard input and output, as most editors start it.
const hasTransport = process.argv.some((argument) => /^--(?:stdio|node-ipc|socket|pipe)/.test(argument));
const connection = hasTransport
  ? createConnection(ProposedFeatures.all)
  : createConnection(ProposedFeatures.all, process.stdin, process.stdout);
serve(connection, watchClient);
connection.listen();
