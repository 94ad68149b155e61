// The smallest LSP client that can time a server over stdio.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

export class LspClient {
  #buffer = Buffer.alloc(0);
  #nextId = 1;
  #requests = new Map();
  #listeners = new Set();
  #child;

  constructor(command, parameters, cwd) {
    this.#child = spawn(command, parameters, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
    this.#child.stdout.on('data', (data) => this.#read(data));
  }

  request(method, params) {
    const id = this.#nextId++;
    this.#write({ id, method, params });
    return new Promise((resolve, reject) => this.#requests.set(id, { resolve, reject }));
  }

  notify(method, params) {
    this.#write({ method, params });
  }

  /** The next notification of this method. */
  next(method) {
    return new Promise((resolve) => {
      const listener = (message) => {
        if (message.method !== method) return;
        this.#listeners.delete(listener);
        resolve(message.params);
      };
      this.#listeners.add(listener);
    });
  }

  /** How much memory the server has now, where the system says that. */
  megabytes() {
    const status = `/proc/${this.#child.pid}/status`;
    if (!existsSync(status)) return NaN;
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, 'utf8'))?.[1]) / 1000;
  }

  stop() {
    this.#child.kill();
  }

  #write(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.#child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#child.stdin.write(body);
  }

  #read(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [, digits] = /content-length: *(\d+)/i.exec(this.#buffer.toString('latin1', 0, end)) ?? [];
      if (digits === undefined) throw new Error('A message of the server has no Content-Length.');
      const length = Number(digits);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString('utf8', end + 4, end + 4 + length));
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#dispatch(message);
    }
  }

  #dispatch(message) {
    if (message.method !== undefined && message.id !== undefined) {
      // The server's own requests: settings and registrations.
      const result =
        message.method === 'workspace/configuration' ? message.params.items.map(() => null) : null;
      this.#write({ id: message.id, result });
      return;
    }
    if (message.id === undefined) {
      for (const listener of this.#listeners) listener(message);
      return;
    }
    const { resolve, reject } = this.#requests.get(message.id);
    this.#requests.delete(message.id);
    if (message.error === undefined) resolve(message.result);
    else reject(new Error(message.error.message));
  }
}
