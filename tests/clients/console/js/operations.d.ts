declare const operations: Record<string, string>;
export default operations;
