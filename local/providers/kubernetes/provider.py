"""The engine's protocol for kubernetes resources: properties in, properties and ids out.

Owns the translation only. What happens to an object is in ``actions`` and ``previews``, what a
change means is in ``diff``.
"""

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from local.providers.engine import Engine
from local.providers.failures import ProviderError
from local.providers.kubernetes import actions, diff, settings
from local.providers.kubernetes.access import Access
from local.providers.kubernetes.applying import Resource
from local.providers.kubernetes.drift import refreshed
from local.providers.kubernetes.kubeconfig import (
    KubeconfigError,
    KubeconfigMissingError,
    connect,
)
from local.providers.kubernetes.naming import with_name
from local.providers.kubernetes.objects import (
    Manifest,
    field_manager,
    reference,
    without_server_fields,
)
from local.providers.kubernetes.paths import parse
from local.providers.kubernetes.previews import preview_create, preview_update
from local.providers.kubernetes.readiness import judge
from local.providers.kubernetes.replies import diff_response, partial, previewed
from local.providers.kubernetes.requests import (
    identified,
    is_judged,
    refusal_of,
    resource_for,
    type_and_name,
    with_kind,
)
from local.providers.kubernetes.settings import Settings
from local.providers.kubernetes.state import (
    State,
    inputs_for,
    manifest_of,
    state_for,
)
from local.providers.kubernetes.waiting import NotReadyError, Waiter, seconds
from local.providers.serving import PluginServicer
from local.providers.values import decode, encode, has_unknown


class KubernetesServicer(PluginServicer):
    """The kubernetes provider; its configuration comes before any resource."""

    title = "the stand-in kubernetes plugin"
    version = "4.34.2"

    def __init__(self, engine: Engine) -> None:
        """Start without a configuration, so without a cluster."""
        super().__init__(engine)
        self._access = Access(Settings(), engine)

    def close(self) -> None:
        """Close the connections to the cluster."""
        self._access.close()

    def CheckConfig(  # noqa: N802 gRPC's name
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Refuse what this plugin can't do, and a kubeconfig that leads nowhere."""
        inputs = decode(request.news)
        problems = settings.problems(inputs)
        if not problems and not has_unknown(inputs):
            try:
                connect(Settings.read(inputs))
            except KubeconfigMissingError:
                pass  # the same update may be about to make it
            except KubeconfigError as error:
                problems = [str(error)]
        # A failure that named its property would show the value: the kubeconfig with its keys.
        failures = [provider_pb2.CheckFailure(reason=reason) for reason in problems]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(  # noqa: N802 gRPC's name
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Replace the provider, and so every resource, only for another cluster identifier."""
        change = settings.compare(decode(request.olds), decode(request.news))
        kinds = provider_pb2.DiffResponse
        return provider_pb2.DiffResponse(
            changes=kinds.DIFF_SOME if change.changed else kinds.DIFF_NONE,
            diffs=change.changed,
            replaces=change.replaces,
        )

    def Configure(  # noqa: N802 gRPC's name
        self, request: provider_pb2.ConfigureRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ConfigureResponse:
        """Take the configuration; the cluster is reached when it is first needed."""
        self._access = Access(Settings.read(decode(request.args)), self.engine)
        return super().Configure(request, _context)

    def Check(  # noqa: N802 gRPC's name
        self, request: provider_pb2.CheckRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CheckResponse:
        """Fill in kind, name and namespace."""
        token, name = type_and_name(request.urn)
        if token.is_helm_release:
            return provider_pb2.CheckResponse(inputs=request.news)
        news = decode(request.news)
        manifest = without_server_fields(with_kind(manifest_of(news), token))
        if reason := refusal_of(token, manifest):
            failure = provider_pb2.CheckFailure(property="metadata", reason=reason)
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        seed = request.randomSeed or request.urn.encode()
        named = with_name(manifest, manifest_of(decode(request.olds)), name, seed)
        inputs = inputs_for(self._access.placed(named), news)
        return provider_pb2.CheckResponse(inputs=encode(inputs))

    def Diff(  # noqa: N802 gRPC's name
        self, request: provider_pb2.DiffRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.DiffResponse:
        """Compare the inputs of the last update (or refresh) with those of now."""
        token, _ = type_and_name(request.urn)
        old, new = manifest_of(decode(request.old_inputs)), manifest_of(decode(request.news))
        if not token.is_helm_release:
            old, new = self._access.placed(old), self._access.placed(new)
        plan = diff.plan(
            old,
            new,
            self._access.settings,
            ignored=map(parse, request.ignoreChanges),
            is_patch=token.is_patch_of(new.get("kind", "")),
        )
        return diff_response(plan)

    def Create(  # noqa: N802 gRPC's name
        self, request: provider_pb2.CreateRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.CreateResponse:
        """Create an object, or try it out for a preview."""
        token, name = type_and_name(request.urn)
        inputs = decode(request.properties)
        can_try = not has_unknown(inputs) and not token.is_helm_release
        if request.preview and not can_try:
            return provider_pb2.CreateResponse(properties=request.properties)
        if token.is_helm_release:
            raise self.unsupported(f"Installing the Helm release {name}")
        resource = resource_for(request.urn, manifest_of(inputs), {})
        if request.preview:
            answer = self._access.try_out(lambda applier: preview_create(applier, resource))
            return provider_pb2.CreateResponse(
                properties=previewed(answer, request.properties, resource, is_new=True)
            )
        with self._access.required() as applier:
            waiter = self._waiter(resource, request.timeout)
            try:
                live = actions.create(applier, resource, waiter)
            except NotReadyError as error:
                raise partial(error, inputs, resource) from None
        state = state_for(live, inputs, resource.manager)
        return provider_pb2.CreateResponse(id=reference(live).id, properties=encode(state))

    def Update(  # noqa: N802 gRPC's name
        self, request: provider_pb2.UpdateRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.UpdateResponse:
        """Update an object, or try it out for a preview."""
        token, name = type_and_name(request.urn)
        inputs, old = decode(request.news), State.read(decode(request.olds))
        if request.preview and (has_unknown(inputs) or token.is_helm_release):
            return provider_pb2.UpdateResponse(properties=request.news)
        if token.is_helm_release:
            raise self.unsupported(f"Upgrading the Helm release {name}")
        resource = resource_for(request.urn, manifest_of(inputs), old.own)
        ignored = tuple(map(parse, request.ignoreChanges))
        if request.preview:
            answer = self._access.try_out(
                lambda applier: preview_update(applier, resource, ignored)
            )
            return provider_pb2.UpdateResponse(
                properties=previewed(answer, request.news, resource, is_new=False)
            )
        with self._access.required() as applier:
            waiter = self._waiter(resource, request.timeout)
            try:
                live = actions.update(applier, resource, old.own, ignored, waiter)
            except NotReadyError as error:
                raise partial(error, inputs, resource) from None
        state = state_for(live, inputs, resource.manager)
        return provider_pb2.UpdateResponse(properties=encode(state))

    def Read(  # noqa: N802 gRPC's name
        self, request: provider_pb2.ReadRequest, _context: grpc.ServicerContext
    ) -> provider_pb2.ReadResponse:
        """Read an object for a refresh, an import or a ``get``; an empty id says that it's gone."""
        token, name = type_and_name(request.urn)
        if token.is_helm_release:
            raise self.unsupported(f"Reading the Helm release {name}")
        inputs, old = decode(request.inputs), State.read(decode(request.properties))
        asked = manifest_of(inputs)
        wanted = identified(asked or old.live, token, request.id)
        live = self._find(wanted)
        if live is None:
            return provider_pb2.ReadResponse()
        manager = field_manager(request.urn, old.own, asked)
        new_inputs = inputs_for(refreshed(asked, live), inputs)
        state = state_for(live, new_inputs, manager)
        verdict = judge(live)
        if asked and not verdict.ready and is_judged(wanted, token):
            resource = Resource(request.urn, token, wanted, manager)
            unready = NotReadyError(live, [f"{reference(live)} isn't ready: {verdict.reason}."])
            raise partial(unready, new_inputs, resource)
        return provider_pb2.ReadResponse(
            id=request.id, properties=encode(state), inputs=encode(new_inputs)
        )

    def Delete(  # noqa: N802 gRPC's name
        self, request: provider_pb2.DeleteRequest, _context: grpc.ServicerContext
    ) -> Empty:
        """Delete an object and wait until it is gone."""
        token, name = type_and_name(request.urn)
        if token.is_helm_release:
            raise self.unsupported(f"Uninstalling the Helm release {name}")
        old = State.read(decode(request.properties))
        manifest = identified(old.inputs or old.live, token, request.id)
        resource = resource_for(request.urn, manifest, old.own)
        try:
            with self._access.required() as applier:
                actions.delete(applier, resource, self._waiter(resource, request.timeout))
        except ProviderError as error:
            if not self._is_given_up(error):
                raise
            self.engine.warning(f"Forgotten without being deleted: {error}", request.urn)
        return Empty()

    def _find(self, manifest: Manifest) -> Manifest | None:
        try:
            with self._access.required() as applier:
                return actions.read(applier, manifest)
        except ProviderError as error:
            if self._is_given_up(error):
                return None
            raise

    def _is_given_up(self, error: ProviderError) -> bool:
        """Tell whether the provider says to forget what an unreachable cluster held."""
        unreachable = error.code is grpc.StatusCode.UNAVAILABLE
        return unreachable and self._access.settings.delete_unreachable

    def _waiter(self, resource: Resource, requested: float) -> Waiter:
        cluster = self._access.applier().cluster
        return Waiter(cluster, self.engine, resource.urn, seconds(requested, resource.inputs))
