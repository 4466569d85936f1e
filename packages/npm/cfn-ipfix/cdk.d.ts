import type {
  IPolicyValidationContext,
  IPolicyValidationPlugin,
  PolicyValidationPluginReport,
} from "aws-cdk-lib";
import type { CheckOptions } from "./index";

/**
 * Makes `cdk synth` fail for a role where an instance profile is expected.
 *
 *     Validations.of(app).addPlugins(new CfnIpfix());
 */
export class CfnIpfix implements IPolicyValidationPlugin {
  readonly name: string;
  readonly version: string;
  /** @throws if an option or a rule does not exist. */
  constructor(options?: Pick<CheckOptions, "select" | "ignore">);
  validate(context: IPolicyValidationContext): PolicyValidationPluginReport;
}
