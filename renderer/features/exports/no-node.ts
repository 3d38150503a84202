// Stands for Node's modules, which a page does not have.
export {};
