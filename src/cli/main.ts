console.error("usage: natlens <command> (no command exists yet)");
process.exitCode = 2;
