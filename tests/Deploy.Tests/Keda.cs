using k8s;
using k8s.Models;

namespace EventTorrent.Deploy.Tests;

/// <summary>
/// The two kinds of KEDA that are used here, with the fields that are used (keda.sh/v1alpha1): a field that is not here is refused,
/// as the client of Kubernetes refuses one of its own kinds.
/// </summary>
internal static class Keda
{
    internal sealed class ScaledObject : IKubernetesObject
    {
        public string ApiVersion { get; set; } = "";
        public string Kind { get; set; } = "";
        public V1ObjectMeta Metadata { get; set; } = new();
        public ScaledObjectSpec Spec { get; set; } = new();
    }

    internal sealed class ScaledObjectSpec
    {
        public ScaleTarget ScaleTargetRef { get; set; } = new();
        public int MinReplicaCount { get; set; }
        public int MaxReplicaCount { get; set; }
        public int PollingInterval { get; set; }
        public Advanced Advanced { get; set; } = new();
        public IList<Trigger> Triggers { get; set; } = [];
    }

    internal sealed class ScaleTarget
    {
        public string Name { get; set; } = "";
    }

    internal sealed class Advanced
    {
        public HorizontalPodAutoscalerConfig HorizontalPodAutoscalerConfig { get; set; } = new();
    }

    internal sealed class HorizontalPodAutoscalerConfig
    {
        public V2HorizontalPodAutoscalerBehavior Behavior { get; set; } = new();
    }

    internal sealed class Trigger
    {
        public string Type { get; set; } = "";
        public Dictionary<string, string> Metadata { get; set; } = [];
        public ScaleTarget AuthenticationRef { get; set; } = new();
    }

    internal sealed class TriggerAuthentication : IKubernetesObject
    {
        public string ApiVersion { get; set; } = "";
        public string Kind { get; set; } = "";
        public V1ObjectMeta Metadata { get; set; } = new();
        public TriggerAuthenticationSpec Spec { get; set; } = new();
    }

    internal sealed class TriggerAuthenticationSpec
    {
        public IList<SecretTarget> SecretTargetRef { get; set; } = [];
    }

    internal sealed class SecretTarget
    {
        public string Parameter { get; set; } = "";
        public string Name { get; set; } = "";
        public string Key { get; set; } = "";
    }
}
