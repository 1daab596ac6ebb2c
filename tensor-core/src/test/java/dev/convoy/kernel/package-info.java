/** Tests of the kernels. The suite runs once per provider, named by the system property {@code kernels}. */
package dev.convoy.kernel;
