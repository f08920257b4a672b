import { expect, it } from "vitest";
import { read } from "./testing/format-checks.ts";

it.each([
  ["1: lo: <UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n", "1 device, 1 address"],
  [
    "1: lo: <UP> mtu 65536\n    inet 127.0.0.1/8 scope host lo\n    inet 127.0.0.2/8 scope host lo\n",
    "1 device, 2 addresses",
  ],
  ["create a hash:ip family inet hashsize 1024 maxelem 65536\nadd a 10.0.0.1\n", "1 set, 1 entry"],
  ["create a hash:ip family inet hashsize 1024 maxelem 65536\n", "1 set, 0 entries"],
  ["*nat\n-A OUTPUT -j RETURN\nCOMMIT\n", "1 rule, 1 chain"],
])("%j is %s", (text, expected) => {
  const [segment] = read(text).segments;
  expect(segment?.counts.map(({ n, of }) => `${n} ${of.en}`).join(", ")).toBe(expected);
});
