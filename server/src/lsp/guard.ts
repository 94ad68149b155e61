import {
  LSPErrorCodes,
  ResponseError,
  type CancellationToken,
  type RemoteConsole,
} from 'vscode-languageserver';

/** Runs a handler so that what goes wrong in it ends that request only, and is logged with the file that it was for. */
export function guarded<Parameters, Result>(
  name: string,
  console: RemoteConsole,
  fallback: Result,
  handler: (parameters: Parameters) => Result | Promise<Result>,
): (parameters: Parameters, token: CancellationToken) => Promise<Result | ResponseError> {
  return async (parameters, token) => {
    // Lets a cancellation that is already on its way arrive first.
    await new Promise((resolve) => setImmediate(resolve));
    if (token.isCancellationRequested) {
      return new ResponseError(LSPErrorCodes.RequestCancelled, 'The request was cancelled.');
    }
    try {
      return await handler(parameters);
    } catch (error: unknown) {
      console.error(`${name} failed for ${fileOf(parameters)}: ${describe(error)}`);
      return fallback;
    }
  };
}

/** An error with its stack, for the log. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function fileOf(parameters: unknown): string {
  const { textDocument } = parameters as { textDocument?: { uri?: string } };
  return textDocument?.uri ?? 'the workspace';
}
