// Shows the AsyncAPI document of this server.
const place = document.getElementById('reference');
fetch('/docs/assets/asyncapi.json')
  .then((answer) => answer.json())
  .then((schema) => {
    for (const server of Object.values(schema.servers)) {
      server.host = location.host;
      server.protocol = location.protocol === 'https:' ? 'wss' : 'ws';
    }
    AsyncApiStandalone.render({ schema, config: { show: { sidebar: true }, sidebar: { showOperations: 'byDefault' } } }, place);
  })
  .catch((problem) => {
    place.textContent = `The document can't be shown (${problem.message}). It is at /docs/asyncapi.yaml.`;
  });
