/** Whose attempts from the network count together. */
import { expect, test } from "vitest";
import { networkOf } from "../../src/core/network.ts";

test.each([
  [null, "unknown"],
  ["192.0.2.7", "192.0.2.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"],
  ["2001:DB8:1:2::6", "2001:0db8:0001:0002"],
  ["2001:db8::", "2001:0db8:0000:0000"],
  ["::1", "0000:0000:0000:0000"],
])("%s is of %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
