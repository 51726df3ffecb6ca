import { createRoot } from "react-dom/client";
import { createElement } from "react";
import { GraphiQL } from "graphiql";
import "graphiql/graphiql.css";
import "./page.css";

const fetcher = async (parameters, options) => {
  const answer = await fetch("/graphql", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json;q=0.9",
      ...(options && options.headers),
    },
    body: JSON.stringify(parameters),
  });
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
