/** The compiler's JavaScript interface, which TypeScript 7 no longer has, for openapi-typescript. */
export { ts as default } from "@ts-morph/common";
