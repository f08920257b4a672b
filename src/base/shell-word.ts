/** A name as one word of a shell command: as it is, or in quotes where the shell would read something else into it. */
export const shellWord = (name: string): string =>
  /^[\w@%+=:,./-]+$/.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`;
