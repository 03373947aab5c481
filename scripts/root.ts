import { fileURLToPath } from "node:url";

/** The folder of the checkout. */
export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));
