// The API reference: Swagger UI with the API's own document. A key that is entered there stays in memory.

const status = document.getElementById("status")

async function show() {
  const base = new URL(location.pathname.endsWith("/") ? ".." : ".", location.href).href
  const answer = await fetch(base + "openapi.json", { headers: { Accept: "application/json" }, credentials: "omit" })
  if (!answer.ok) throw new Error("GET openapi.json: status " + answer.status)
  const spec = await answer.json()
  // The address of this page: the document names the stage, but no domain and no path in front of it.
  spec.servers = [{ url: base.slice(0, -1) }]
  document.title = spec.info.title + ": API reference"
  const signed = "iam" in spec.components.securitySchemes
  window.SwaggerUIBundle({
    spec,
    domNode: document.getElementById("reference"),
    defaultModelExpandDepth: 3,
    persistAuthorization: false,
    supportedSubmitMethods: signed ? [] : ["get", "post"],
    syntaxHighlight: { activated: false },
    validatorUrl: null,
  })
}

show().then(
  () => status.remove(),
  (error) => {
    status.textContent = "The reference could not be shown. " + error.message
  },
)
