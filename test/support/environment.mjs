import { TestEnvironment } from 'jest-environment-node';

/** Node's; what knows more about a test says so when it fails, by the global `onTestFailure`. */
export default class Environment extends TestEnvironment {
  async handleTestEvent({ name }) {
    if (name === 'test_fn_failure') await this.global.onTestFailure?.();
  }
}
