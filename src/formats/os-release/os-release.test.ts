import { expect, it } from "vitest";
import { covered, fixtureChecks, formatsOf, read } from "../testing/format-checks.ts";
import { osRelease } from "./os-release.ts";

fixtureChecks(osRelease, import.meta.dirname);

it("names the system", () => {
  const reading = read(
    'NAME="CentOS Linux"\nVERSION="7 (Core)"\nPRETTY_NAME="CentOS Linux 7 (Core)"\nREDHAT_SUPPORT_PRODUCT="centos"\n',
  );
  const { os } = reading.snapshot.system;
  expect(os?.name).toBe("CentOS Linux 7 (Core)");
  expect(os && covered(reading, os.at)).toBe('PRETTY_NAME="CentOS Linux 7 (Core)"');
});
it("takes no environment file of kube-proxy for it", () => {
  expect(formatsOf(read('KUBE_PROXY_ARGS="--proxy-mode=ipvs"\n'))).toEqual(["kube-proxy-flags"]);
});
