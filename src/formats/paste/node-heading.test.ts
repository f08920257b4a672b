import { expect, it } from "vitest";
import { nodeHeading } from "./node-heading.ts";

it.each([
  ["## healthy", "healthy healthy"],
  ["### Broken node", "Broken node broken"],
  ["=== node-1 ===", "node-1"],
  ["--- broken node ---", "broken node broken"],
  ["**Healthy node:**", "Healthy node healthy"],
  ["正常节点", "正常节点 healthy"],
  ["异常节点：", "异常节点 broken"],
  ["【故障机器】", "故障机器 broken"],
  ["## 不正常的节点", "不正常的节点 broken"],
  ["===== 正常节点 node-3 =====", "正常节点 node-3 healthy"],
  ["# node-1 (healthy)", "node-1 (healthy) healthy"],
  ["broken node: node-2", "broken node: node-2 broken"],
  ["healthy:", "healthy healthy"],
  ["Node A:", "Node A"],
  ["node 2", "node 2"],
  ["节点1", "节点1"],
  ["主机 10.0.0.7：", "主机 10.0.0.7"],
  ["==> worker3 <==", "worker3 ?"],
  ["## ip-10-0-0-7.ec2.internal", "ip-10-0-0-7.ec2.internal ?"],
  ["healthy", undefined],
  ["ok", undefined],
  ["node", undefined],
  ["Nodes:", undefined],
  ["node status:", undefined],
  ["## iptables-save", undefined],
  ["## Environment", undefined],
  ["=== ipset ===", undefined],
  ["worker3", undefined],
  ["The healthy node answers within a second", undefined],
  ["--", undefined],
  ["[1:", undefined],
  ["## 2", undefined],
  ["-A X -j Y", undefined],
  ["*nat", undefined],
  [":INPUT ACCEPT [0:0]", undefined],
  ["# Completed on Sun Nov 22 10:00:00 2026", undefined],
])("%s", (line, expected) => {
  const found = nodeHeading(line);
  expect(found && `${found.title}${found.side ? ` ${found.side}` : ""}${found.bare ? " ?" : ""}`).toBe(expected);
});
