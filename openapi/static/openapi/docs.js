"use strict";
// Nothing is asked of any other host, and a token that is typed is not kept.
window.SwaggerUIBundle({
  url: "/api/schema",
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  persistAuthorization: false,
  supportedSubmitMethods: ["get", "head", "put", "post", "patch", "delete", "options"],
  validatorUrl: null,
});
