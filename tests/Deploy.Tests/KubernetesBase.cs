using k8s;
using k8s.Models;

namespace EventTorrent.Deploy.Tests;

/// <summary>
/// deploy/kubernetes, read into the typed objects of Kubernetes' own client, made from its schema: an unknown field or a value of
/// another type is refused. Nothing asks a cluster.
/// </summary>
internal static class KubernetesBase
{
    public const string Folder = "deploy/kubernetes";

    private static readonly Dictionary<string, Type> KedaTypes = new()
    {
        ["keda.sh/v1alpha1/ScaledObject"] = typeof(Keda.ScaledObject),
        ["keda.sh/v1alpha1/TriggerAuthentication"] = typeof(Keda.TriggerAuthentication),
    };

    public static IReadOnlyList<string> Resources { get; } = YamlDocument.Read(RepositoryFile.Read($"{Folder}/kustomization.yaml")).Texts("resources");

    private static readonly Lazy<IReadOnlyList<object>> Loaded = new(() => [.. Resources.SelectMany(Read)]);

    public static IEnumerable<T> All<T>() => Loaded.Value.OfType<T>();

    public static IReadOnlyList<object> Read(string file) => Parse(RepositoryFile.Read($"{Folder}/{file}"));

    public static IReadOnlyList<object> Parse(string text) => KubernetesYaml.LoadAllFromString(text, KedaTypes, strict: true);

    /// <summary>The containers of a pod, with those that run beside it from its start.</summary>
    public static IEnumerable<V1Container> Containers(this V1Deployment deployment) =>
        (deployment.Spec.Template.Spec.InitContainers ?? []).Concat(deployment.Spec.Template.Spec.Containers);
}
