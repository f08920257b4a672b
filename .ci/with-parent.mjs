/**
 * Calls stop when this process is told to end, or when the shell that npm put around it is: npm hands a signal to that
 * shell only, and the shell does not hand it on.
 * @param {() => void} stop
 */
export function endWithParent(stop) {
  const parent = process.ppid;
  const once = () => {
    clearInterval(watch);
    stop();
  };
  const watch = setInterval(() => {
    if (process.ppid !== parent) once();
  }, 300);
  watch.unref();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, once);
}
