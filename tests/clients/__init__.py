"""Clients that front-ends make from the API's contract, compiled by the tools that they use: Relay's compiler and
GraphQL Code Generator, both checked by TypeScript. Needs Node.js and npm."""
