// Arrows go one way: gateway -> libs + proto; service -> libs -> proto. What ages is imported in one place.
const only = (name, pathNot, to, comment) => ({ name, comment, severity: 'error', from: { pathNot }, to: { path: to } })

module.exports = {
  forbidden: [
    {
      name: 'no-service-imports-another',
      comment: 'A service knows others by their events only.',
      severity: 'error',
      from: { path: '^services/([^/]+)/', pathNot: '/test/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'libs-know-no-service',
      severity: 'error',
      from: { path: '^libs/', pathNot: '/test/' },
      to: { path: '^(services|gateway|tools)/' },
    },
    {
      name: 'services-know-no-gateway-and-no-tools',
      severity: 'error',
      from: { path: '^services/', pathNot: '/test/' },
      to: { path: '^(gateway|tools)/' },
    },
    {
      name: 'gateway-knows-no-service',
      severity: 'error',
      from: { path: '^gateway/', pathNot: '/test/' },
      to: { path: '^(services|tools)/' },
    },
    { name: 'no-circles', severity: 'error', from: { pathNot: '/gen/' }, to: { circular: true, viaOnly: { pathNot: '/gen/' } } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    only('kafkajs-in-events-only', '^libs/events/|/test/|^tools/', 'node_modules/kafkajs', 'so that its successor is one change'),
    only('keycloak-connect-in-auth-only', '^libs/auth/|/test/', 'node_modules/keycloak-connect', 'so that its successor is one change'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'gateway/web|/dist/|\\.d\\.ts$' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['node', 'import', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'] },
  },
}
