import type { Scenario } from "../scenario.ts";
import { kubeProxyScenarios } from "./kube-proxy.ts";
import { writtenNodes } from "./nodes.ts";

/** Played before the random ones. */
export const writtenScenarios = (): Scenario[] => [...writtenNodes(), ...kubeProxyScenarios()];
