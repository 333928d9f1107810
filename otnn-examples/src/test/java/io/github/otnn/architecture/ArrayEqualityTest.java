package io.github.otnn.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Nobody asks ND4J whether two arrays are equal: it hides differences of 1e-5, and NaN differs from NaN. Class files do not
 * show it, since {@code array.equals(other)} is a call of Object there; so this reads the sources of all modules with the
 * compiler, which knows the types.
 */
class ArrayEqualityTest {
    private static final Set<String> COMPARISONS = Set.of(
            "equals",
            "assertEquals",
            "assertNotEquals",
            "isEqualTo",
            "isNotEqualTo",
            "isIn",
            "contains",
            "containsExactly",
            "containsExactlyInAnyOrder",
            "containsOnly");

    @Test
    void noSourceComparesArraysByEquals() throws IOException {
        List<Path> sources;
        try (Stream<Path> modules = Files.list(Path.of("").toAbsolutePath().getParent())) {
            sources = modules.map(module -> module.resolve("src"))
                    .filter(Files::isDirectory)
                    .flatMap(ArrayEqualityTest::javaFiles)
                    .toList();
        }
        assertThat(sources.stream().map(Path::getFileName).map(Path::toString))
                .contains("Trainer.java", "Golden.java", "OtnnPrograms.java");
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager files =
                compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
            assertThat(comparisons(compiler, files.getJavaFileObjectsFromPaths(sources)))
                    .as("comparisons of INDArray; use ArrayAssertions")
                    .isEmpty();
        }
    }

    @Test
    void seesEveryWayOfComparing() throws IOException {
        String source = """
                class Compares {
                    void compare(org.nd4j.linalg.api.ndarray.INDArray a, java.util.List<org.nd4j.linalg.api.ndarray.INDArray> b) {
                        a.equals(null);
                        java.util.Objects.equals(null, a);
                        org.junit.jupiter.api.Assertions.assertEquals(a, a);
                        org.assertj.core.api.Assertions.assertThat(a).isEqualTo(null);
                        org.assertj.core.api.Assertions.assertThat(b).containsExactly();
                        b.contains(a);
                        b.get(0).shape().equals(null);
                        "a".equals(null);
                    }
                }
                """;
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Compares.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        assertThat(comparisons(ToolProvider.getSystemJavaCompiler(), List.of(file)))
                .extracting(found -> found.substring(found.indexOf(':') + 1, found.indexOf(' ')))
                .containsExactly("3", "4", "5", "6", "7", "8");
    }

    /** Each as {@code file:line expression}. */
    private static List<String> comparisons(JavaCompiler compiler, Iterable<? extends JavaFileObject> sources)
            throws IOException {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        List<String> options = List.of("-proc:none", "-classpath", System.getProperty("java.class.path"));
        JavacTask task = (JavacTask) compiler.getTask(null, null, problems, options, null, sources);
        Iterable<? extends CompilationUnitTree> units = task.parse();
        task.analyze();
        assertThat(problems.getDiagnostics())
                .filteredOn(problem -> problem.getKind() == Diagnostic.Kind.ERROR)
                .isEmpty();
        Finder finder = new Finder(task);
        units.forEach(unit -> finder.scan(unit, null));
        return finder.found;
    }

    private static Stream<Path> javaFiles(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files
                    .filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                    .toList()
                    .stream();
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
    }

    private static final class Finder extends TreePathScanner<Void, Void> {
        private final List<String> found = new ArrayList<>();
        private final JavacTask task;
        private final Trees trees;
        private final TypeMirror array;

        private Finder(JavacTask task) {
            this.task = task;
            this.trees = Trees.instance(task);
            this.array =
                    task.getElements().getTypeElement(INDArray.class.getName()).asType();
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            ExpressionTree method = call.getMethodSelect();
            List<Tree> compared = new ArrayList<>(call.getArguments());
            String name = "";
            if (method instanceof MemberSelectTree member) {
                name = member.getIdentifier().toString();
                compared.add(member.getExpression());
            } else if (method instanceof IdentifierTree identifier) {
                name = identifier.getName().toString();
            }
            if (COMPARISONS.contains(name) && compared.stream().anyMatch(this::holdsArrays)) {
                CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
                long position = trees.getSourcePositions().getStartPosition(unit, call);
                found.add(Path.of(unit.getSourceFile().getName()).getFileName() + ":"
                        + unit.getLineMap().getLineNumber(position) + " " + call);
            }
            return super.visitMethodInvocation(call, unused);
        }

        private boolean holdsArrays(Tree expression) {
            return holdsArrays(trees.getTypeMirror(new TreePath(getCurrentPath(), expression)));
        }

        private boolean holdsArrays(@Nullable TypeMirror type) {
            if (type == null || type.getKind() == TypeKind.NULL || type.getKind() == TypeKind.ERROR) {
                return false;
            }
            boolean parameters = type instanceof DeclaredType declared
                    && declared.getTypeArguments().stream().anyMatch(this::holdsArrays);
            return parameters || isReference(type) && task.getTypes().isAssignable(type, array);
        }

        private static boolean isReference(TypeMirror type) {
            return type.getKind() == TypeKind.DECLARED || type.getKind() == TypeKind.TYPEVAR;
        }
    }
}
