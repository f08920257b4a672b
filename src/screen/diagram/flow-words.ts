// How flows and their fields are named; the components take these names from here, not from the engine.
export { fieldKey, isSymbolic } from "../../model/net/symbolic.ts";
export { endpointText, flowId } from "../../simulate/flow.ts";
