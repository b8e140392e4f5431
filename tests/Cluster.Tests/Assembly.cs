// A cluster takes both cores for itself: two at once would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
