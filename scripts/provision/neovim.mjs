// The second client of the language server.
import { findOrInstall } from './debian.mjs';

/**
 * Neovim on the PATH, or Debian's.
 * @returns {Promise<string>} Its path.
 */
export function findNeovim() {
  return findOrInstall({
    names: ['nvim'],
    packages: ['neovim'],
    hint: 'Install Neovim 0.7 or later, or leave this group out: npm test -- fast postgres editor.',
  });
}
