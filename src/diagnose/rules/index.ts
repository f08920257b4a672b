import { awsExternalSnatMismatch } from "./aws-external-snat-mismatch.ts";
import { bridgeBypassesIptables } from "./bridge-bypasses-iptables.ts";
import { clusterCidrCoversServices } from "./cluster-cidr-covers-services.ts";
import { clusterCidrDoesNotCoverPods } from "./cluster-cidr-does-not-cover-pods.ts";
import { clusterCidrMissing } from "./cluster-cidr-missing.ts";
import { clusterCidrMissingForFamily } from "./cluster-cidr-missing-for-family.ts";
import { conntrackTableFull } from "./conntrack-table-full.ts";
import { dockerMasqueradeOverlapsPods } from "./docker-masquerade-overlaps-pods.ts";
import { endpointRouteMissing } from "./endpoint-route-missing.ts";
import { forwardPolicyDrop } from "./forward-policy-drop.ts";
import { hairpinModeOff } from "./hairpin-mode-off.ts";
import { hairpinNotMasqueraded } from "./hairpin-not-masqueraded.ts";
import { hostFirewallRejects } from "./host-firewall-rejects.ts";
import { hostPortCapturesClusterIp } from "./host-port-captures-cluster-ip.ts";
import { hostServiceExposed } from "./host-service-exposed.ts";
import { inputPolicyDrop } from "./input-policy-drop.ts";
import { invalidPacketsLeak } from "./invalid-packets-leak.ts";
import { ipForwardOff } from "./ip-forward-off.ts";
import { ipsetEntryMissing } from "./ipset-entry-missing.ts";
import { ipvsConntrackOff } from "./ipvs-conntrack-off.ts";
import { ipvsFilterRejects } from "./ipvs-filter-rejects.ts";
import { ipvsPortReuse } from "./ipvs-port-reuse.ts";
import { leftoversOfOtherMode } from "./leftovers-of-other-mode.ts";
import { localhostNodePortOff } from "./localhost-node-port-off.ts";
import { markBitConflict } from "./mark-bit-conflict.ts";
import { markMismatch } from "./mark-mismatch.ts";
import { markRuleMissing } from "./mark-rule-missing.ts";
import { markSurvivesEncapsulation } from "./mark-survives-encapsulation.ts";
import { masqueradeAgentRangesWrong } from "./masquerade-agent-ranges-wrong.ts";
import { masqueradeAllHidesClients } from "./masquerade-all-hides-clients.ts";
import { masqueradePreempted } from "./masquerade-preempted.ts";
import { masqueradeRuleMissing } from "./masquerade-rule-missing.ts";
import { noEndpoints } from "./no-endpoints.ts";
import { noLocalEndpoints } from "./no-local-endpoints.ts";
import { noRealServers } from "./no-real-servers.ts";
import { nodeAddressOnIpvsDevice } from "./node-address-on-ipvs-device.ts";
import { nodeLocalDnsBindsClusterIp } from "./node-local-dns-binds-cluster-ip.ts";
import { nodePortNotMasqueraded } from "./node-port-not-masqueraded.ts";
import { podEgressNotMasqueraded } from "./pod-egress-not-masqueraded.ts";
import { referencedChainMissing } from "./referenced-chain-missing.ts";
import type { DefectRule } from "./rule.ts";
import { sameNodeEbtables } from "./same-node-ebtables.ts";
import { serviceAddressNotBound } from "./service-address-not-bound.ts";
import { serviceChainEdited } from "./service-chain-edited.ts";
import { serviceHookMissing } from "./service-hook-missing.ts";
import { sourceAddressOfOtherInterface } from "./source-address-of-other-interface.ts";
import { sourceRangesExcludeClient } from "./source-ranges-exclude-client.ts";
import { splitIptablesBackends } from "./split-iptables-backends.ts";
import { staleConntrackEntry } from "./stale-conntrack-entry.ts";
import { staleHostPort } from "./stale-host-port.ts";
import { strictArpOff } from "./strict-arp-off.ts";
import { strictReversePathFilter } from "./strict-reverse-path-filter.ts";
import { tailscaleDropsRange } from "./tailscale-drops-range.ts";
import { twoMasqueradeOwners } from "./two-masquerade-owners.ts";
import { vxlanChecksumOffload } from "./vxlan-checksum-offload.ts";

/** The more specific cause first: a flow that one rule explains is not shown to the next. */
export const rules: readonly DefectRule[] = [
  hostPortCapturesClusterIp,
  nodeLocalDnsBindsClusterIp,
  ipvsConntrackOff,
  ipForwardOff,
  bridgeBypassesIptables,
  strictReversePathFilter,
  leftoversOfOtherMode,
  splitIptablesBackends,
  clusterCidrCoversServices,
  clusterCidrMissingForFamily,
  clusterCidrMissing,
  localhostNodePortOff,
  sourceAddressOfOtherInterface,
  serviceHookMissing,
  serviceChainEdited,
  referencedChainMissing,
  masqueradePreempted,
  markBitConflict,
  markMismatch,
  masqueradeRuleMissing,
  ipsetEntryMissing,
  hairpinModeOff,
  hairpinNotMasqueraded,
  nodePortNotMasqueraded,
  markRuleMissing,
  nodeAddressOnIpvsDevice,
  serviceAddressNotBound,
  noRealServers,
  noLocalEndpoints,
  sourceRangesExcludeClient,
  noEndpoints,
  ipvsFilterRejects,
  staleHostPort,
  awsExternalSnatMismatch,
  endpointRouteMissing,
  tailscaleDropsRange,
  hostFirewallRejects,
  inputPolicyDrop,
  forwardPolicyDrop,
  dockerMasqueradeOverlapsPods,
  masqueradeAgentRangesWrong,
  podEgressNotMasqueraded,
  twoMasqueradeOwners,
  vxlanChecksumOffload,
  markSurvivesEncapsulation,
  clusterCidrDoesNotCoverPods,
  masqueradeAllHidesClients,
  staleConntrackEntry,
  strictArpOff,
  hostServiceExposed,
  conntrackTableFull,
  invalidPacketsLeak,
  sameNodeEbtables,
  ipvsPortReuse,
];
