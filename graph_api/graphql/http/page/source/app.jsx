import { createRoot } from "react-dom/client";
import { createElement } from "react";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import "./page.css";
import { headers as shown, refused, start } from "./session.js";

const fetcher = async (parameters, options) => {
  const given = (options && options.headers) || {};
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...shown(given),
      ...given,
    },
    body: JSON.stringify(parameters),
  });
  if (answer.status === 401) refused();
  return answer.json();
};

const text = (id) => document.getElementById(id).textContent.trim();
const first = text("question");
const isNew = localStorage.getItem("graphiql:query") === null;
const logo = createElement(
  GraphiQL.Logo,
  null,
  createElement("span", { className: "baodian" }, createElement("b", null, "保电"), " Baodian"),
);
createRoot(document.getElementById("page")).render(
  createElement(
    GraphiQL,
    {
      fetcher,
      defaultQuery: first,
      variables: isNew ? text("variables") : undefined,
      defaultEditorToolsVisibility: "variables",
      shouldPersistHeaders: false,
      isHeadersEditorEnabled: true,
    },
    logo,
  ),
);
start();
