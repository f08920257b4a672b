console.error("Nothing is measured yet.");
process.exitCode = 2;
