import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../testing/any-text.ts";
import { cleanLine } from "./clean-line.ts";

describe("cleanLine", () => {
  it.each([
    ["plain text stays", "-A OUTPUT -j ACCEPT", "-A OUTPUT -j ACCEPT"],
    ["a CR at the end goes", "COMMIT\r", "COMMIT"],
    [
      "colours inside a token go",
      "    inet \u001b[35m192.0.2.1\u001b[0m/24 scope global eth0",
      "    inet 192.0.2.1/24 scope global eth0",
    ],
    ["what grep --color leaves goes", "-A \u001b[01;31m\u001b[KKUBE\u001b[m\u001b[K-SVC", "-A KUBE-SVC"],
    ["so do its remains without ESC", "-A [01;31m[KKUBE[m[K-SVC", "-A KUBE-SVC"],
    ["a bracket of a dump stays", ":KUBE-SVC - [0:0]", ":KUBE-SVC - [0:0]"],
    ["a bracket before a letter stays", "[KUBE] IN= OUT=lo", "[KUBE] IN= OUT=lo"],
    ["titles of terminals go", "\u001b]0;root@n1\u0007$ ip rule", "$ ip rule"],
    ["a byte order mark goes", "\ufeff*nat", "*nat"],
    ["blanks of web pages become blanks", "0:\u00a0from\u3000all lookup local", "0: from all lookup local"],
    ["but not inside quotes", '--comment "a\u00a0b" -j X\u00a0', '--comment "a\u00a0b" -j X '],
    ["HTML entities are what they stand for", "  -&gt; 192.0.2.1:80 &amp;&quot;x&quot;", '  -> 192.0.2.1:80 &"x"'],
    ["what a progress bar overwrote goes", "10%\r20%\rdone", "done"],
    ["NUL separates words of /proc/PID/cmdline", "kube-proxy\0--v=2\0", "kube-proxy --v=2 "],
    ["line breaks of HTML go", "COMMIT<br/>", "COMMIT"],
    ["tags around it go", '<pre class="x"><code>*nat', "*nat"],
    ["but not flags", "1: lo: <LOOPBACK,UP> mtu 65536", "1: lo: <LOOPBACK,UP> mtu 65536"],
    ["nor what is quoted", '--comment "a<br>b"', '--comment "a<br>b"'],
    ["typographic quotes are quotes", "--comment “a ‘b’ – c” -j X", '--comment "a ‘b’ – c" -j X'],
    ["inside quotes nothing is", '--comment "“a” – \\_ ：" -j X', '--comment "“a” – \\_ ：" -j X'],
    ["a long dash was two hyphens", "–A X –p tcp —dport 80 – 1–2 –nvL", "-A X -p tcp --dport 80 -- 1-2 -nvL"],
    ["or one, inside a word", "-j KUBE–SVC−X", "-j KUBE-SVC-X"],
    ["punctuation of full width", "73：kube-ipvs0：<UP，LOWER_UP>", "73: kube-ipvs0: <UP,LOWER_UP>"],
    ["but not in prose", "结果如下：（见图）", "结果如下：（见图）"],
    ["escapes of Markdown", "\\-A KUBE\\_SVC \\-j X \\[0:0\\]", "-A KUBE_SVC -j X [0:0]"],
    ["no drive of Windows", "PS C:\\> ip a", "PS C:\\> ip a"],
    ["no line end of a shell or of ip -o", "kube-proxy \\", "kube-proxy \\"],
  ])("%s", (_name, raw, text) => {
    expect(cleanLine(raw).text).toBe(text);
  });

  it("says what it read as something else, and nothing of it if that is not wanted", () => {
    const raw = "–A X “a\\_b” –dport 1";
    expect(cleanLine(raw).repairs?.map(({ column, was, is }) => `${column} ${was} ${is}`)).toEqual([
      "0 – -",
      '5 “ "',
      '10 ” "',
      "12 – --",
    ]);
    expect(cleanLine(raw, false)).toMatchObject({ text: raw });
    expect(cleanLine("plain").repairs).toBeUndefined();
  });

  it("says of each column where it was pasted", () => {
    fc.assert(
      fc.property(anyText(200), (raw) => {
        const { text, at } = cleanLine(raw);
        const columns = Array.from(text, () => 0).map((_, i) => at(i));
        return (
          columns.every((column, i) => column < raw.length && (i === 0 || column >= (columns[i - 1] ?? 0))) &&
          at(text.length) <= raw.length
        );
      }),
    );
  });
});
