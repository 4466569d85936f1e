//! Sets of related items.

/// Sets of items, which grow together.
#[derive(Debug)]
pub(super) struct UnionFind {
    parents: Vec<usize>,
    sizes: Vec<usize>,
}

impl UnionFind {
    /// Creates a set for each item.
    pub(super) fn of(items: usize) -> Self {
        Self {
            parents: (0..items).collect(),
            sizes: vec![1; items],
        }
    }

    /// Joins the sets of two items.
    pub(super) fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.set(one), self.set(other));
        if one == other {
            return;
        }
        let size = |item: usize| self.sizes.get(item).copied().unwrap_or_default();
        let total = size(one) + size(other);
        let (large, small) = if size(one) < size(other) {
            (other, one)
        } else {
            (one, other)
        };
        if let (Some(parent), Some(size)) = (self.parents.get_mut(small), self.sizes.get_mut(large)) {
            *parent = large;
            *size = total;
        }
    }

    /// Returns the item that identifies the set of an item.
    pub(super) fn set(&mut self, item: usize) -> usize {
        let mut root = item;
        while let Some(&parent) = self.parents.get(root).filter(|parent| **parent != root) {
            // Each step halves the way of the next search.
            let above = self.parents.get(parent).copied().unwrap_or(parent);
            if let Some(own) = self.parents.get_mut(root) {
                *own = above;
            }
            root = above;
        }
        root
    }

    /// Returns the items of each set in ascending order, and the sets in the order of their first items.
    pub(super) fn sets(&mut self) -> Vec<Vec<usize>> {
        let mut sets: Vec<Vec<usize>> = Vec::new();
        let mut numbers = vec![None; self.parents.len()];
        for item in 0..self.parents.len() {
            let root = self.set(item);
            let Some(number) = numbers.get_mut(root) else { continue };
            let at = *number.get_or_insert(sets.len());
            match sets.get_mut(at) {
                Some(set) => set.push(item),
                None => sets.push(vec![item]),
            }
        }
        sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_sets() {
        let mut sets = UnionFind::of(6);
        for (one, other) in [(5, 3), (1, 2), (3, 1), (2, 5), (4, 4)] {
            sets.join(one, other);
        }
        assert_eq!(sets.sets(), [vec![0], vec![1, 2, 3, 5], vec![4]]);
        assert_eq!(sets.set(1), sets.set(5));
        assert_ne!(sets.set(0), sets.set(5));
    }
}
